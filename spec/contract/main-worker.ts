// The contract in workerd: the report is the response.
import { onRejectionEvent, report } from './main.ts';

export default {
  async fetch(): Promise<Response> {
    return Response.json(await report('workerd', onRejectionEvent));
  },
};
