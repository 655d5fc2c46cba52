/** Which record of an org stands for whom of the market that it was filled with. */
export const MARKET_TABLES = `
create table if not exists market_key (
  id text primary key,
  key text not null
) without rowid;
`
