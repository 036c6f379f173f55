import { serve } from 'sluice/deno';
import { tellOfLeaving } from './leaving.ts';

await tellOfLeaving(serve);
