import { outputError } from '../files/output.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';

/** Does something in a layout. What the system refuses becomes an error that says so. */
export async function guard<T>(layout: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const isOfSystem = !(error instanceof LayerstreamError) && systemCode(error) !== undefined;
    throw isOfSystem ? outputError(layout, error) : error;
  }
}
