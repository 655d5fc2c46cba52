/**
 * What the sandbox keeps of consents. A grant is one user's approval of the app; its tokens end with it.
 * `used_at` of an access token is its last call, that of a refresh token the moment it was given out.
 */
export const OAUTH_TABLES = `
create table if not exists oauth_code (
  code text primary key,
  user_id text not null,
  redirect_uri text not null,
  scope text not null,
  challenge text not null,
  expires_at integer not null
) without rowid;
create table if not exists oauth_grant (
  id integer primary key autoincrement,
  user_id text not null,
  scope text not null,
  ended integer not null default 0
);
create table if not exists oauth_token (
  token text primary key,
  kind text not null,
  grant_id integer not null,
  used_at integer not null,
  voided integer not null default 0
) without rowid;
create index if not exists oauth_token_by_grant on oauth_token (grant_id, kind);
create table if not exists oauth_count (
  what text primary key,
  times integer not null
) without rowid;
`
