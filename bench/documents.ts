/** Writes the figures of the documents, and the chart, again: `npm run bench:documents`. */
import { writeFileSync } from 'node:fs';
import { figuredDocuments } from './figured-documents.js';

for (const { path, text } of figuredDocuments()) writeFileSync(path, text);
