create table auth.accounts (
  id bigint generated always as identity primary key,
  subject text not null unique,
  email text not null,
  created_at timestamptz not null default now()
);
