create table tenants.tenants (
  id bigint generated always as identity primary key,
  name text not null unique,
  created_at timestamptz not null default now()
);

insert into tenants.tenants (name) values ('Smartboard itself');
