// The contract in a browser's page.
import { onRejectionEvent, type Report, report } from './main.ts';

export default (): Promise<Report> => report('chromium', onRejectionEvent);
