alter table datasets.datasets
  add column claimed_at timestamptz,
  add column processed_at timestamptz,
  add column bytes bigint,
  add column lines bigint;
