create table datasets.datasets (
  id bigint generated always as identity primary key,
  name text not null,
  object_key text not null unique,
  created_at timestamptz not null default now()
);
