import { wordList } from './word-list.ts'

/** Local parts, without separators, that name a desk and not a person. */
const ROLES = new Set(
  wordList(`
    info, information, contact, contactus, hello, hi, hey, office, mail, mailbox, email, post, inbox, general, enquiries
    enquiry, inquiries, inquiry, reception, frontdesk, team, all, everyone, staff, company, management, admin, admins
    administration, administrator, root, postmaster, hostmaster, webmaster, web, website, abuse, noc, security, privacy
    dpo, gdpr, compliance, legal, noreply, donotreply, dontreply, mailerdaemon, bounce, bounces, notifications, notification
    alerts, newsletter, newsletters, news, subscribe, unsubscribe, list, sales, salesteam, sale, presales, marketing, media
    press, pr, events, partners, partnerships, partner, affiliates, advertising, ads, commercial, business, export, support
    techsupport, help, helpdesk, servicedesk, service, services, customerservice, customerservices, customercare
    customersupport, customersuccess, clientservices, care, feedback, complaints, tickets, it, itsupport, tech, technical
    dev, developers, engineering, devops, ops, operations, sysadmin, hr, humanresources, people, jobs, job, career, careers
    recruiting, recruitment, recruiter, talent, billing, invoice, invoices, invoicing, accounts, accounting, accountspayable
    accountsreceivable, ap, ar, finance, payments, payroll, procurement, purchasing, purchase, buying, orders, order
    returns, shop, store, shipping, logistics, warehouse, booking, bookings, reservations, training, education, members
    membership, registration, webinar, test, testing, demo, kontakt, vertrieb, buchhaltung, rechnung, rechnungen, einkauf
    bewerbung, personal, buero, zentrale, verwaltung, bestellung, datenschutz, presse, contacto, ventas, compras
    administracion, facturacion, contabilidad, ventes, accueil, comptabilite, achats, direction, commerciale, vendite
    acquisti, amministrazione, contato, vendas, comercial, financeiro, administratie, verkoop, inkoop, biuro, sekretariat
  `),
)

/**
 * Whether the part before the `@` names a desk (info@, sales@, no-reply@) and not a person.
 * Sub-addresses and trailing numbers do not matter: `Info2+crm` is one.
 */
export function isRoleAddress(localPart: string): boolean {
  const [mailbox = ''] = localPart.toLowerCase().split('+')
  return ROLES.has(mailbox.replace(/[._-]/g, '').replace(/\d+$/, ''))
}
