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
  /** Names the object of the operation, where there are several such buttons. */
  label?: string;
  /** Whether the reason is shown elsewhere already. */
  isTerse?: boolean;
  /** Why it cannot be done although the token allows it. */
  obstacle?: string | undefined;
}

/**
 * A button for an operation that a token may or may not allow; when it does not, the button says why. While its action is
 * under way it stays enabled, since a disabled button loses the focus; an action does not begin twice.
 */
export function ActionButton({
  operation,
  action,
  children,
  onClick,
  class: className,
  label,
  isTerse,
  obstacle,
}: Props) {
  const id = useId();
  const sas = session.value?.opened.sas.value;
  const reason = (sas && whyNot(sas, operation, now.value)) ?? obstacle;
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
