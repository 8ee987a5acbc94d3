/** What validation finds, in the form of ValidateStateMachineDefinition. */
import { excerpt } from '../core/json.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html */
export interface Diagnostic {
  severity: 'ERROR' | 'WARNING';
  code: DiagnosticCode;
  message: string;
  /** Where, as `/States/Check/Choices[0]/Next`; absent for the definition as a whole. */
  location?: string;
}

export type DiagnosticCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'DUPLICATE_STATE_NAME'
  | 'DUPLICATE_VARIABLE_NAME'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE';

/** A definition can be wrong in as many places as it has bytes; more than the API returns at most nobody reads. */
const MOST = 1_000;
/** Names and keys may be as long as the definition: what quotes them is cut. */
const LONGEST_TEXT = 1_000;

/** Collects what the passes find. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];

  add(code: DiagnosticCode, message: string, location?: string): void {
    if (this.all.length >= MOST) return;
    this.all.push({
      severity: 'ERROR',
      code,
      message: excerpt(message, LONGEST_TEXT),
      ...(location !== undefined && { location: excerpt(location, LONGEST_TEXT) }),
    });
  }

  schema(message: string, location: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', message, location);
  }
}
