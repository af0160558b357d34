create table auth.sessions (
  id text primary key,
  account_id bigint not null references auth.accounts (id) on delete cascade,
  expires_at timestamptz not null
);

create index sessions_by_expiry on auth.sessions (expires_at);
