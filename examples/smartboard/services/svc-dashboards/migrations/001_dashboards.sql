create table dashboards.dashboards (
  id bigint generated always as identity primary key,
  title text not null,
  widgets jsonb not null default '[]',
  created_at timestamptz not null default now()
);

insert into dashboards.dashboards (title) values ('Welcome');
