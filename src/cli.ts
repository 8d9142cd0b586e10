#!/usr/bin/env node
/** The program. */
import { runProgram } from './cli/program.js';

await runProgram(process.argv);
