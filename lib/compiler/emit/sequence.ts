/** A scope of the machine: parts one after the other, each an action, a race, or branches side by side. */
import type { MachineDefinition, StateDefinition } from '../../asl/definition.ts';
import { joinOfNode } from '../blocks.ts';
import type { Structure } from '../structure/structure.ts';
import { actionStates, entryOf } from './action.ts';
import type { Emission } from './emission.ts';
import { leave, leaveByError, type Place } from './place.ts';
import { RECORDS_OF_RACE, WON } from './race.ts';
import type { Piece } from './scope.ts';
import { stateNames } from './state-names.ts';
import type { Records } from './variables.ts';

/** What a scope finds around it. */
export interface Surroundings {
  records: Records;
  /** What the scopes around it, up to the race they are in, would hand on. */
  aroundInRace: readonly Piece[];
  emission: Emission;
  /** The structure within a race, by the join. */
  structureOfRace: (join: string) => Structure;
}

/** A part, and the branches and names it has if it is no action. */
type Part =
  | { kind: 'action'; id: string; ids: readonly string[]; name: string }
  | {
      kind: 'parallel';
      branches: readonly Structure[];
      ids: readonly string[];
      idsByBranch: readonly (readonly string[])[];
      join: string | undefined;
      name: string;
      variable: string;
    };

/** Writes a scope, and all within it. */
export function scopeOf(structure: Structure, around: Surroundings): MachineDefinition {
  const { emission } = around;
  const inside = new Set(actionsWithin(structure, around.structureOfRace));
  const handsOn = (id: string) => emission.isUsedOutside(id, inside);
  const parts = partsOf(structure).map((part) => prepared(part, around));
  const records = new Map(around.records);
  const before: Piece[] = [];
  let end: string | undefined;
  const states: Record<string, StateDefinition> = {};
  for (const [index, part] of parts.entries()) {
    const place: Place = {
      records: new Map(records),
      before: [...before],
      aroundInRace: around.aroundInRace,
      isUsed: isUsed(part, emission),
      isHandedOn: part.ids.some(handsOn),
      next: parts[index + 1]?.name,
      end: () => {
        end ??= emission.nextEnd();
        return end;
      },
    };
    Object.assign(states, statesOf(part, place, around));
    for (const id of part.ids) records.set(id, recordOf(id, part, emission));
    before.push(...piecesOf(part, emission, handsOn));
  }
  if (end !== undefined) states[end] = { Type: 'Succeed' };
  return { StartAt: parts[0]!.name, States: states };
}

/** Whether anything that runs after a part uses what it leaves behind. A run that stops has to look at every answer. */
function isUsed(part: Part, emission: Emission): boolean {
  if (part.kind === 'action') {
    const stops = emission.roleOf(emission.action(part.id)).stopsRun;
    return stops || emission.isUsedOutside(part.id, new Set([part.id]));
  }
  return part.idsByBranch.some((ids) => {
    const inside = new Set(ids);
    return ids.some((id) => emission.isUsedOutside(id, inside));
  });
}

function recordOf(id: string, part: Part, emission: Emission): string {
  return part.kind === 'action' ? `$${emission.variableOf(id)}` : `$${part.variable}.${id}`;
}

/** What a scope hands on of a part: all of it at once where it hands on everything. */
function piecesOf(part: Part, emission: Emission, handsOn: (id: string) => boolean): Piece[] {
  if (part.kind === 'parallel' && emission.recordsInOutput) return [{ joined: `$${part.variable}` }];
  return part.ids.filter(handsOn).map((id) => ({ id, source: recordOf(id, part, emission) }));
}

function partsOf(structure: Structure): readonly Structure[] {
  return structure.kind === 'serial' ? structure.parts : [structure];
}

function prepared(part: Structure, { emission, structureOfRace }: Surroundings): Part {
  if (part.kind === 'serial') throw new Error('a serial part directly within a serial one');
  const join = part.kind === 'action' ? joinOfNode(part.id) : undefined;
  if (part.kind === 'action' && join === undefined) {
    return { kind: 'action', id: part.id, ids: [part.id], name: entryOf(emission.action(part.id)) };
  }
  const inside = join === undefined ? part : structureOfRace(join);
  const branches = inside.kind === 'parallel' ? inside.parts : [inside];
  const { name, variable } = emission.nextParallel();
  const idsByBranch = branches.map((branch) => actionsWithin(branch, structureOfRace));
  const named = { join, name: join === undefined ? name : stateNames(join).race, variable };
  return { kind: 'parallel', branches, ids: idsByBranch.flat(), idsByBranch, ...named };
}

function statesOf(part: Part, place: Place, around: Surroundings): Record<string, StateDefinition> {
  const { emission } = around;
  if (part.kind === 'action') {
    emission.states[part.id] = part.id;
    return actionStates(emission.action(part.id), place, emission);
  }
  const aroundInRace = part.join === undefined ? [...place.aroundInRace, ...place.before] : [];
  const inside = { ...around, records: place.records, aroundInRace };
  return {
    [part.name]: {
      Type: 'Parallel',
      Branches: part.branches.map((branch) => scopeOf(branch, inside)),
      ...(part.join !== undefined && {
        Catch: [{ ErrorEquals: [WON], ...leaveByError(place, part.variable, { joined: RECORDS_OF_RACE }) }],
      }),
      ...leave(place, part.variable, { joined: '$merge($states.result)' }),
    } as StateDefinition,
  };
}

function actionsWithin(structure: Structure, structureOfRace: Surroundings['structureOfRace']): string[] {
  if (structure.kind !== 'action') return structure.parts.flatMap((part) => actionsWithin(part, structureOfRace));
  const join = joinOfNode(structure.id);
  return join === undefined ? [structure.id] : actionsWithin(structureOfRace(join), structureOfRace);
}
