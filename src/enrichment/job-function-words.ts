import type { JobFunction } from './vocabulary.ts'

/**
 * Words that place somebody in a function. `none` lists phrases that look as if they did:
 * the longest phrase counts, so "security guard" hides "security".
 */
export const STRONG_WORDS: Readonly<Record<JobFunction | 'none', string>> = {
  executive: 'ceo, chief executive, executive officer',
  sales: `
    sales, salesman, saleswoman, salesperson, presales, pre sales, sales engineer, sales engineering, presales engineer
    pre sales engineer, account executive, account manager, account management, account director, account supervisor
    account coordinator, key account, key accounts, strategic account, strategic accounts, national account
    national accounts, business development, business developer, cro, revenue officer, commercial officer, channel partner
    partnerships, alliances, partner manager, client partner, client director, territory manager, realtor, real estate agent
    insurance agent, product sales, software sales, medical sales, sales support, sales trainer`,
  marketing: `
    marketing, marketer, cmo, brand, branding, demand generation, demand gen, lead generation, seo, sem, ppc, advertising
    public relations, social media, copywriter, product marketing, partner marketing, field marketing, media buyer
    media planner, market research, marketing research, graphic designer, community manager, growth officer
    email marketing, sales promotion, publicist, publicity, ecommerce`,
  revops: `
    revops, rev operations, revenue operations, sales operations, marketing operations, sales and marketing operations
    marketing and sales operations, commercial operations, gtm operations, customer success operations, sales enablement
    revenue enablement, deal desk, salesforce administrator, hubspot administrator, crm administrator, crm manager
    sales strategy and operations`,
  engineering: `
    engineer, engineering, engineers, developer, software, programmer, devops, site reliability, frontend, front end
    backend, back end, full stack, fullstack, cto, technology officer, scrum master, firmware, technical lead
    machine learning engineer, software architect, solution architect, solutions architect, qa, test automation
    member of technical staff, technical program`,
  it: `
    it, cio, ciso, information technology, information systems, information officer, information security, infosec
    cyber security, cybersecurity, cyber, system administrator, systems administrator, sysadmin, network administrator
    network engineer, network architect, network technician, systems analyst, system analyst, computer systems
    business systems analyst, help desk, helpdesk, service desk, desktop support, it support, database administrator
    database, data center, security engineer, security architect, security analyst, security operations, webmaster
    web administrator, enterprise architect, it operations, network operations, digital officer, sap, erp, computer support
    computer operator, pc technician, computer technician`,
  data: `
    data, bi, cdo, data engineer, data engineering, data scientist, analytics, business intelligence, machine learning
    artificial intelligence, ai, ml, statistician, data science, analytics engineer, big data, data warehouse, data warehousing, insights, operations research, biostatistician`,
  product: `
    product, cpo, product officer, ux, ui, user experience, user research, user researcher, ux researcher, product designer
    product design, products, ux engineer`,
  finance: `
    finance, financial, cfo, accounting, accountant, accounts payable, accounts receivable, ap manager, ap specialist
    ap clerk, ap analyst, ap supervisor, ap coordinator, ap lead, ap director, ar manager, ar specialist, ar clerk
    ar analyst, ar supervisor, ar coordinator, ar lead, ar director, controller, comptroller, treasurer, treasury, tax
    taxes, audit, auditor, auditing, bookkeeper, bookkeeping, payroll, billing, investor relations, budget
    budgeting, mergers and acquisitions, corporate development, actuary, actuarial, underwriter, loan, loans, mortgage
    equity research, equity analyst, banker, wealth, portfolio manager, trader, securities, revenue accountant
    revenue accounting, account clerk, internal revenue, collections, invoicing`,
  procurement: `
    procurement, purchasing, purchase, purchaser, buyer, buying, sourcing, strategic sourcing, category manager
    category management, vendor management, vendor manager, supplier`,
  hr: `
    hr, chro, human resources, human capital, people officer, people operations, people and culture, people partner
    people team, people director, people manager, people lead, people analytics, people business partner, head of people
    director of people, vice president people, vice president of people, director people, manager people, chief people
    talent, talent acquisition, talent sourcing, talent sourcer, sourcer, recruiter, recruiting, recruitment, staffing
    compensation, benefits, employee relations, employee experience, learning and development, training and development
    organizational development, diversity, personnel, workforce, industrial relations, labor relations`,
  operations: `
    supply chain, logistics, logistician, production, manufacturing, warehouse, warehousing, distribution, facilities
    facility, plant manager, coo, operating officer, operations officer, inventory, continuous improvement, data entry
    fulfillment, shipping`,
  legal: `
    legal, lawyer, attorney, counsel, paralegal, solicitor, barrister, compliance, data protection, data privacy, privacy
    clo, law, intellectual property, judge, litigation, company secretary, corporate secretary, magistrate, court`,
  support: `
    customer support, customer service, customer services, customer success, customer care, customer experience
    customer officer, client success, client services, client service, technical support, product support, support engineer
    customer support engineer, customer success engineer, technical support engineer, customer engineer, product support engineer, call center
    contact center, customer operations, customer relations, onboarding specialist, onboarding manager`,
  research: `
    researcher, scientist, scientific officer, research and development, professor, lecturer, postdoc, chemist, biologist
    physicist, phd, clinical research, research scientist, geologist, microbiologist, biochemist, ecologist`,
  none: `
    security guard, security officer, real estate developer, property developer, curriculum developer, business partner
    vice president, make it, making it, get it, getting it, do it, doing it, love it, figure it, keep it, give it, call it, own it, is it
    workers compensation, quality controller, traffic controller, production controller, document controller
    it is, it all, it happen, it done, it up, it works, employment law, locomotive engineer, flight engineer
    railroad engineer, law enforcement`,
}

/** Words that say it only where nothing stronger does: "operations manager", but "IT operations manager". */
export const WEAK_WORDS: Readonly<Partial<Record<JobFunction, string>>> = {
  executive: 'chief of staff, executive director',
  sales: 'commercial, revenue, accounts, account',
  marketing:
    'growth, content, communications, creative, events, community, digital, media, promotions, campaign, crm',
  engineering: 'architect, hardware, mechanical, electrical',
  it: 'technology, security, infrastructure, cloud, network, computer, systems manager, systems specialist',
  finance: 'credit, risk, investment, investments, banking, bank, revenue cycle, cost, insurance',
  hr: 'training, trainer, employment',
  operations: `
    operations, operating, operational, quality, quality assurance, project manager, project management, project coordinator
    project lead, program manager, program management, pmo, program director, project director, office manager
    office administrator, general manager, process, plant, transportation, fleet`,
  legal: 'regulatory, contracts, contract manager, contract administrator, contract specialist',
  support: 'support, customer, client',
  research: 'research, r and d, laboratory',
}
