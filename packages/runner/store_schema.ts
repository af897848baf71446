/**
 * What makes a store of one version into one of the next, from an empty file on. Steps are never
 * changed once results are kept with them: a new shape is a new step.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE environments (
    id INTEGER PRIMARY KEY,
    facts TEXT NOT NULL UNIQUE,
    os TEXT AS (facts ->> '$.platform'),
    deno TEXT AS (facts ->> '$.runtime.deno'),
    cpu TEXT AS (facts ->> '$.cpu'),
    adapter TEXT AS (facts ->> '$.devices[0].name'),
    driver TEXT AS (facts ->> '$.devices[0].facts.driver'),
    source_commit TEXT AS (facts ->> '$.commit'),
    dirty INTEGER AS (facts ->> '$.dirty')
  ) STRICT;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    experiment TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    environment INTEGER NOT NULL REFERENCES environments (id),
    scale TEXT NOT NULL CHECK (scale IN ('quick', 'full')),
    axes TEXT NOT NULL,
    fresh INTEGER NOT NULL CHECK (fresh IN (0, 1)),
    argv TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'complete')),
    planned INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE points (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('measured', 'skipped', 'failed')),
    reason TEXT,
    seconds REAL NOT NULL,
    UNIQUE (run, key)
  ) STRICT;
  CREATE TABLE run_points (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    point INTEGER NOT NULL REFERENCES points (id) ON DELETE CASCADE,
    PRIMARY KEY (run, position),
    UNIQUE (run, point)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE rows (
    id INTEGER PRIMARY KEY,
    point INTEGER NOT NULL REFERENCES points (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    contender TEXT NOT NULL,
    device TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('measured', 'skipped', 'failed')),
    reason TEXT,
    recorded TEXT NOT NULL,
    passed TEXT,
    UNIQUE (point, position)
  ) STRICT;
  CREATE TABLE samples (
    row INTEGER NOT NULL REFERENCES rows (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (row, kind, position)
  ) STRICT, WITHOUT ROWID;
  `,
  // A run asks for every point whether another run of the same kind has it.
  `
  CREATE INDEX runs_of_a_kind ON runs (experiment, source_hash, environment, scale);
  CREATE INDEX runs_of_a_point ON run_points (point);
  `,
];

/** The version of a store that this code writes. */
export const SCHEMA_VERSION: number = STEPS.length;

/** Tells a store from other SQLite files: "spmm" in ASCII. */
export const APPLICATION_ID = 0x73706d6d;
