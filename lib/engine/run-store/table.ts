/**
 * The table of runs as data: the local store creates it from this, and infrastructure code can declare the same one.
 *
 * One partition per run. Its item `run` is what changes; what is too large for it, and the events, are items beside it.
 * Every read is a GetItem or a Query.
 */
export const RUN_TABLE = {
  partitionKey: 'run_id',
  sortKey: 'part',
  /** Seconds since the epoch; DynamoDB removes an item some time after it. */
  ttlAttribute: 'expires_at',
  indexes: [
    {
      /**
       * All runs in order of their start. One partition: it takes about 1,000 writes a second, and a run is two of them.
       * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
       */
      name: 'by-start',
      partitionKey: 'listing',
      sortKey: 'started',
      attributes: [
        'name',
        'status',
        'engine',
        'machine', // for the janitor, which removes those that no run has used
        'started_at',
        'finished_at',
        'makespan_ms',
        'actions',
        'error',
        'expires_at',
      ],
    },
    {
      /** Sparse: only runs that have not ended. */
      name: 'open',
      partitionKey: 'open',
      sortKey: 'started',
      attributes: ['owner', 'lease_until'],
    },
  ],
} as const;

/** Every run is listed under this. */
export const LISTING = 'runs';
/** Every run that has not ended has this as its `open`. */
export const OPEN = 'open';

/**
 * What a part of a document may take of one item, which holds 400 KB: the rest is for its other attributes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_PART_BYTES = 350_000;
/** How large the plan and its inputs may be to stand in the item of their run. */
export const INLINE_SOURCE_BYTES = 120_000;
/** How large the record and the last events together may be to stand there too. */
export const INLINE_END_BYTES = 230_000;
