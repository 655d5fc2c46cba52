import { wordList } from './word-list.ts'

/** Providers with one mailbox domain per country: yahoo.fr, hotmail.co.uk, gmx.ch… */
const BRANDS = new Set(
  wordList(`
    aol, gmx, googlemail, hotmail, myyahoo, outlook, protonmail, rocketmail, tutanota, windowslive, yahoo, yandex, ymail
  `),
)

/** Mailbox domains that anybody can have: webmail, address relays and internet access providers. */
const DOMAINS = new Set(
  wordList(`
    gmail.com, live.com, live.be, live.ca, live.cn, live.co.uk, live.com.ar, live.com.au, live.com.mx, live.com.pt
    live.de, live.dk, live.fr, live.ie, live.in, live.it, live.jp, live.nl, live.no, live.se, msn.com, passport.com
    icloud.com, me.com, mac.com, appleid.com, proton.me, pm.me, tuta.com, tuta.io, tutamail.com, keemail.me
    hey.com, fastmail.com, fastmail.fm, hushmail.com, hush.com, mailfence.com, posteo.de, posteo.net, mailbox.org
    runbox.com, startmail.com, ctemplar.com, disroot.org, riseup.net, zohomail.com, zohomail.eu, zohomail.in
    mail.com, email.com, usa.com, inbox.com, lycos.com, excite.com, myself.com, consultant.com, post.com, iname.com
    duck.com, mozmail.com, simplelogin.com, anonaddy.com, addy.io, rediffmail.com, in.com
    comcast.net, xfinity.com, verizon.net, att.net, sbcglobal.net, bellsouth.net, ameritech.net, pacbell.net, swbell.net
    cox.net, charter.net, spectrum.net, rr.com, roadrunner.com, earthlink.net, mindspring.com, juno.com, netzero.net
    frontier.com, frontiernet.net, centurylink.net, q.com, optonline.net, optimum.net, windstream.net, cs.com, netscape.net
    shaw.ca, rogers.com, sympatico.ca, bell.net, telus.net, videotron.ca, cogeco.ca, eastlink.ca, mts.net, sasktel.net
    btinternet.com, btopenworld.com, sky.com, talktalk.net, virginmedia.com, ntlworld.com, blueyonder.co.uk
    tiscali.co.uk, plusnet.com, o2.co.uk, tesco.net, eircom.net
    web.de, t-online.de, freenet.de, arcor.de, online.de, email.de, mail.de, vodafone.de, 1und1.de, kabelmail.de
    aon.at, chello.at, bluewin.ch, hispeed.ch, sunrise.ch
    orange.fr, wanadoo.fr, free.fr, sfr.fr, neuf.fr, laposte.net, bbox.fr, numericable.fr, club-internet.fr, voila.fr
    skynet.be, telenet.be, scarlet.be, proximus.be, ziggo.nl, kpnmail.nl, planet.nl, hetnet.nl, home.nl, xs4all.nl
    casema.nl, quicknet.nl, upcmail.nl
    libero.it, virgilio.it, tiscali.it, alice.it, tin.it, tim.it, fastwebnet.it, inwind.it, iol.it
    telefonica.net, terra.es, ono.com, movistar.es, sapo.pt, clix.pt, netcabo.pt, telepac.pt, iol.pt
    telia.com, bredband.net, comhem.se, spray.se, online.no, tele2.no, get2net.dk, mail.dk, tdcadsl.dk, stofanet.dk
    luukku.com, kolumbus.fi, elisanet.fi, mail.ee, inbox.lv, inbox.lt, one.lt
    wp.pl, o2.pl, onet.pl, onet.eu, interia.pl, interia.eu, poczta.fm, op.pl, vp.pl, tlen.pl, gazeta.pl
    seznam.cz, email.cz, centrum.cz, post.cz, volny.cz, azet.sk, zoznam.sk, centrum.sk, freemail.hu, citromail.hu
    abv.bg, mail.bg, otenet.gr, forthnet.gr, mynet.com, siol.net, walla.com, walla.co.il, netvision.net.il, 012.net.il
    mail.ru, bk.ru, inbox.ru, list.ru, internet.ru, rambler.ru, ya.ru, lenta.ru, ukr.net, i.ua, meta.ua, bigmir.net, tut.by
    qq.com, foxmail.com, 163.com, 126.com, yeah.net, 139.com, 189.cn, 188.com, sina.com, sina.cn, sohu.com, aliyun.com
    tom.com, naver.com, daum.net, hanmail.net, nate.com, kakao.com, docomo.ne.jp, ezweb.ne.jp, au.com
    softbank.ne.jp, nifty.com, biglobe.ne.jp, so-net.ne.jp, ocn.ne.jp, pchome.com.tw, hinet.net, netvigator.com
    singnet.com.sg, streamyx.com, bigpond.com, bigpond.net.au, optusnet.com.au, iinet.net.au, tpg.com.au
    xtra.co.nz, slingshot.co.nz, mweb.co.za, telkomsa.net, webmail.co.za, vodamail.co.za
    uol.com.br, bol.com.br, terra.com.br, ig.com.br, globo.com, globomail.com, r7.com, prodigy.net.mx, terra.com.mx
    fibertel.com.ar, arnet.com.ar, ciudad.com.ar, speedy.com.ar, une.net.co, cantv.net
  `),
)

/**
 * Whether anybody can have a mailbox there.
 * @param registrableDomain lower-case, such as `gmail.com`
 * @param brand its label in front of the public suffix, such as `gmail`
 */
export function isFreeMail(registrableDomain: string, brand: string): boolean {
  return DOMAINS.has(registrableDomain) || BRANDS.has(brand)
}

/** Every mailbox domain on the list, for checks of the list itself. */
export function freeMailDomains(): readonly string[] {
  return [...DOMAINS]
}
