import type { ComponentChildren } from "preact";

interface CommandButtonProps {
  /** Why it is off; null if it is not. */
  readonly obstacle: string | null;
  /** Whether it was pressed and is not carried out yet. */
  readonly underWay: boolean;
  readonly title: string;
  readonly expanded?: boolean;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

/** A button that stays where it is while it is off, and says why. */
export function CommandButton(props: CommandButtonProps) {
  const { obstacle, underWay, title, expanded, onPress, children } = props;
  // Not `disabled`, which would drop the focus and hide the reason from the keyboard.
  const off = obstacle !== null || underWay;
  return (
    <button
      type="button"
      class="header-button"
      aria-disabled={off}
      aria-expanded={expanded}
      title={obstacle ?? title}
      onClick={() => {
        if (!off) onPress();
      }}
    >
      {children}
    </button>
  );
}
