/** Handles a rejection that no one needs to hear. */
export const ignore = (): void => {};
