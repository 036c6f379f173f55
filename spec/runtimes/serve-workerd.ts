import { toExportedHandler } from 'sluice/workerd';
import { handler, onError } from './handler.ts';

export default toExportedHandler(handler, { onError });
