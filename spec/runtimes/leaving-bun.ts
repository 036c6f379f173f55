import { serve } from 'sluice/bun';
import { tellOfLeaving } from './leaving.ts';

await tellOfLeaving(serve);
