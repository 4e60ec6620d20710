import { piecesOf } from "../visible.ts";

/** A text in which every character can be seen. */
export function VisibleText({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map((piece) =>
        typeof piece === "string" ? (
          piece
        ) : (
          <span class="mark" title={piece.name}>
            {piece.mark}
          </span>
        ),
      )}
    </>
  );
}
