/** The part of dynalite that is used; it has no types of its own. https://github.com/architect/dynalite */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory without it. */
    path?: string;
    /** How long a table stays in CREATING, DELETING, UPDATING; 500 ms each unless set. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
