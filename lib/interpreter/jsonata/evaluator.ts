/** The evaluations of one execution. They take turns: each is then bounded by its own work, whatever else there is to do. */
import {
  type BoundedExpression,
  compileBounded,
  MAX_STEPS,
  StepFunctionsBounds,
  withBoundsWording,
} from '../../asl/bounded-jsonata.ts';
import type { MachineDefinition } from '../../asl/definition.ts';
import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';
import { Turns } from '../../plan/turns.ts';
import type { Variables } from '../variables.ts';
import { plainJson } from './plain.ts';

/** Of each definition its expressions: executions of one machine share them. */
const compiled = new WeakMap<MachineDefinition, Map<string, BoundedExpression>>();

/** Steps of evaluations, about half a second's worth, after which timers and signals are heard. */
const STEPS_BEFORE_PAUSE = MAX_STEPS / 2;

export class Evaluator {
  readonly #expressions: Map<string, BoundedExpression>;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  #stepsSincePause = 0;

  constructor(definition: MachineDefinition, clock: Clock) {
    const known = compiled.get(definition) ?? new Map<string, BoundedExpression>();
    compiled.set(definition, known);
    this.#expressions = known;
    this.#clock = clock;
  }

  /** What the expression gives, undefined when that is nothing. Throws what jsonata and its bounds throw. */
  evaluate(source: string, states: { [key: string]: Json }, variables: Variables): Promise<Json | undefined> {
    return this.#turns.take(async () => {
      if (this.#stepsSincePause > STEPS_BEFORE_PAUSE) {
        this.#stepsSincePause = 0;
        await this.#clock.sleep(0);
      }
      const expression = this.#compile(source);
      const values: [string, unknown][] = [['states', states]];
      for (const name of expression.variables) {
        const value = name === 'states' ? undefined : variables.get(name);
        if (value !== undefined) values.push([name, value]);
      }
      const bounds = new StepFunctionsBounds(this.#clock.now());
      try {
        return plainJson(await expression.evaluate(Object.fromEntries(values), bounds));
      } catch (thrown) {
        throw withBoundsWording(thrown);
      } finally {
        this.#stepsSincePause += bounds.steps;
      }
    });
  }

  #compile(source: string): BoundedExpression {
    let expression = this.#expressions.get(source);
    if (expression === undefined) {
      expression = compileBounded(source);
      this.#expressions.set(source, expression);
    }
    return expression;
  }
}
