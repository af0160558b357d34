/* Stands for the BullMQ queue of the real service: which uploads still wait for the worker. */

/** The oldest dataset nobody works on, or undefined. One that was claimed and not finished comes back after 10 s. */
export async function claimDataset(database) {
  const [dataset] = await database.query(
    `update datasets.datasets set claimed_at = now()
      where id = (select id from datasets.datasets
                   where processed_at is null and (claimed_at is null or claimed_at < now() - interval '10 seconds')
                   order by claimed_at nulls first, id limit 1 for update skip locked)
      returning id, object_key as key`,
  );
  return dataset;
}

export async function finishDataset(database, { id, bytes, lines }) {
  await database.query('update datasets.datasets set processed_at = now(), bytes = $2, lines = $3 where id = $1', [
    id,
    bytes,
    lines,
  ]);
}
