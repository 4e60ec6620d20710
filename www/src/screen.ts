/** Whether the screen has room for more than the messages. Read once, when a view appears: nothing folds by itself. */
export const isWide = (): boolean => matchMedia("(width >= 60rem)").matches;
