// The contract in a browser's page, which can open no sockets.
import { onRejectionEvent, type Report, report } from './main.ts';

const none = () => Promise.reject(new Error('A page opens no sockets'));

export default (runtime: string): Promise<Report> => report(runtime, none, onRejectionEvent);
