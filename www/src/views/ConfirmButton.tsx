import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Operation } from "../access.ts";
import type { Action } from "../action.ts";
import { ActionButton } from "./ActionButton.tsx";

interface Props {
  operation: Operation;
  action: Action;
  /** The question, such as "Delete this message?". */
  question: string;
  /** What both buttons say: the one that asks and the one that does it. */
  children: ComponentChildren;
  label: string;
  onConfirm: () => void;
}

/** A button that asks before it does something that cannot be undone. */
export function ConfirmButton({ operation, action, question, children, label, onConfirm }: Props) {
  const [isAsking, setAsking] = useState(false);
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // The button that had the focus is gone. A second press of the same key must not confirm.
    if (isAsking) group.current?.querySelector<HTMLElement>("button:last-of-type")?.focus();
  }, [isAsking]);
  if (!isAsking) {
    return (
      <ActionButton operation={operation} action={action} onClick={() => setAsking(true)} label={label}>
        {children}
      </ActionButton>
    );
  }
  return (
    <fieldset ref={group} class="question">
      <legend>{question}</legend>
      <ActionButton operation={operation} action={action} onClick={onConfirm} class="danger" isTerse>
        {children}
      </ActionButton>
      <button type="button" onClick={() => setAsking(false)}>
        Cancel
      </button>
    </fieldset>
  );
}
