// @ts-expect-error: it does not exist, which is the point
import './does-not-exist.ts';
export const handler = async () => 1;
