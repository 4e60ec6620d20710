import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type Operation, whyNot } from "../access.ts";
import type { Action } from "../action.ts";
import { now } from "../clock.ts";
import { session } from "../session.ts";

interface Props {
  operation: Operation;
  action: Action;
  children: ComponentChildren;
  /** Without it the button submits its form. */
  onClick?: () => void;
  class?: string;
  /** Names what it is done to, where there are several such buttons. */
  label?: string;
  /** Where the reason stands elsewhere already. */
  isTerse?: boolean;
}

/**
 * A button for what a token may or may not allow; when it does not, it says why. While its action is under way it stays
 * as it is, since a button that is disabled loses the focus; an action does not begin twice.
 */
export function ActionButton({ operation, action, children, onClick, class: className, label, isTerse }: Props) {
  const id = useId();
  const sas = session.value?.opened.sas;
  const reason = sas && whyNot(sas, operation, now.value);
  return (
    <>
      <button
        type={onClick ? "button" : "submit"}
        class={className}
        disabled={reason !== undefined}
        aria-busy={action.busy.value}
        aria-label={label}
        title={reason}
        aria-describedby={reason && !isTerse ? id : undefined}
        onClick={onClick}
      >
        {children}
      </button>
      {reason && !isTerse && (
        <p id={id} class="reason">
          {reason}
        </p>
      )}
    </>
  );
}
