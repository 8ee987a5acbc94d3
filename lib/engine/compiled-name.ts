/** Whether a machine was made by the compiler: its name is the prefix and 32 hexadecimal digits. */
export function isCompiledName(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[0-9a-f]{32}$/.test(name.slice(prefix.length));
}
