/** What commands that serve something have in common. */
import { messageOf, StepweaveError } from '../core/errors.ts';

export function portUnusable(port: number, cause: unknown): StepweaveError {
  return new StepweaveError('port_unusable', 'user', `cannot listen on port ${port}: ${portReason(cause)}`, { cause });
}

function portReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  if (code === 'EADDRINUSE') return 'another process has it; give another one with --port (0 takes any that is free)';
  if (code === 'EACCES') return 'this user may not; give one above 1023 with --port';
  return messageOf(cause);
}
