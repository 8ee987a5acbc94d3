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
  | { kind: 'action'; id: string; name: string }
  | { kind: 'parallel'; branches: readonly Structure[]; join: string | undefined; name: string; variable: string };

/** Writes a scope, and all within it. */
export function scopeOf(structure: Structure, around: Surroundings): MachineDefinition {
  const { emission } = around;
  const parts = partsOf(structure).map((part) => prepared(part, around));
  const records = new Map(around.records);
  const before: Piece[] = [];
  let end: string | undefined;
  const states: Record<string, StateDefinition> = {};
  for (const [index, part] of parts.entries()) {
    const own: Piece = part.kind === 'action' ? ownPiece(part.id, emission) : { joined: `$${part.variable}` };
    const place: Place = {
      records: new Map(records),
      before: [...before],
      aroundInRace: around.aroundInRace,
      next: parts[index + 1]?.name,
      end: () => {
        end ??= emission.nextEnd();
        return end;
      },
    };
    Object.assign(states, statesOf(part, place, around));
    before.push(own);
    for (const id of part.kind === 'action' ? [part.id] : idsOf(part, around)) {
      records.set(id, part.kind === 'action' ? `$${emission.variableOf(id)}` : `$${part.variable}.${id}`);
    }
  }
  if (end !== undefined) states[end] = { Type: 'Succeed' };
  return { StartAt: parts[0]!.name, States: states };
}

function ownPiece(id: string, emission: Emission): Piece {
  return { id, source: `$${emission.variableOf(id)}` };
}

function partsOf(structure: Structure): readonly Structure[] {
  return structure.kind === 'serial' ? structure.parts : [structure];
}

function prepared(part: Structure, { emission, structureOfRace }: Surroundings): Part {
  if (part.kind === 'serial') throw new Error('a serial part directly within a serial one');
  const join = part.kind === 'action' ? joinOfNode(part.id) : undefined;
  if (part.kind === 'action' && join === undefined) {
    return { kind: 'action', id: part.id, name: entryOf(emission.action(part.id)) };
  }
  const inside = join === undefined ? part : structureOfRace(join);
  const branches = inside.kind === 'parallel' ? inside.parts : [inside];
  const { name, variable } = emission.nextParallel();
  return { kind: 'parallel', branches, join, name: join === undefined ? name : stateNames(join).race, variable };
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

/** All actions within a part. */
function idsOf(part: Extract<Part, { kind: 'parallel' }>, around: Surroundings): string[] {
  return part.branches.flatMap((branch) => actionsWithin(branch, around.structureOfRace));
}

function actionsWithin(structure: Structure, structureOfRace: Surroundings['structureOfRace']): string[] {
  if (structure.kind !== 'action') return structure.parts.flatMap((part) => actionsWithin(part, structureOfRace));
  const join = joinOfNode(structure.id);
  return join === undefined ? [structure.id] : actionsWithin(structureOfRace(join), structureOfRace);
}
