create table analytics.views (
  dashboard text primary key,
  count bigint not null default 0,
  seen_at timestamptz not null default now()
);
