/**
 * Plain looks for the classes of Salesforce's design system that the component uses: neutral on purpose, it shows the
 * order, the words and the room they take.
 */
export const LOOK = `
* { box-sizing: border-box }
body { margin: 0; background: #f3f3f3; font: 13px/1.5 'Salesforce Sans', Arial, 'Liberation Sans', sans-serif; color: #181818 }
main { margin: 16px }
h1, h2, h3, p, ul { margin: 0; padding: 0; font-weight: 400; font-size: inherit }
ul { list-style: none }
.slds-card { background: #fff; border: 1px solid #c9c9c9; border-radius: 4px }
.slds-card__header { padding: 12px 16px 0; margin-bottom: 12px }
.slds-card__header-title { font-size: 16px; font-weight: 700 }
.slds-card__body_inner { padding: 0 16px }
.slds-p-bottom_small { padding-bottom: 12px }
.slds-p-vertical_medium { padding-top: 16px; padding-bottom: 16px }
.slds-m-bottom_small { margin-bottom: 12px } .slds-m-bottom_x-small { margin-bottom: 8px }
.slds-m-bottom_xx-small { margin-bottom: 4px } .slds-m-top_x-small { margin-top: 8px }
.slds-text-align_center { text-align: center }
.slds-text-heading_small { font-size: 16px }
.slds-text-title { font-size: 12px; color: #444 }
.slds-text-body_small { font-size: 12px }
.slds-text-color_weak { color: #444 }
.slds-list_dotted { list-style: disc; margin-left: 24px }
.slds-badge { display: inline-block; padding: 2px 8px; border-radius: 15rem; background: #f3f3f3; font-size: 12px; line-height: normal }
.slds-theme_success { background: #2e844a; color: #fff } .slds-theme_warning { background: #fe9339; color: #080707 } .slds-theme_error { background: #ba0517; color: #fff }
.slds-assistive-text { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip: rect(0 0 0 0) }
.slds-spinner { position: absolute; inset: 0; margin: auto; width: 32px; height: 32px; border: 3px solid #eee; border-top-color: #0176d3; border-radius: 50% }
.icon { display: inline-block; width: 16px; height: 16px; margin-top: 2px; border: 2px solid #747474; border-radius: 50% }
`
