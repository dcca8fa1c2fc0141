import { useEffect, useState } from 'preact/hooks';
import { send } from '../api/client.ts';

interface Props {
  /** Path of the server; asked for with the key, which an address in `src` could not carry. */
  readonly path: string;
  readonly alt: string;
  readonly width?: number;
  readonly height?: number;
}

export function ServerImage({ path, alt, width, height }: Props) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const abort = new AbortController();
    let made: string | undefined;
    send(path, { signal: abort.signal })
      .then((response) => response.blob())
      .then(
        (blob) => {
          if (abort.signal.aborted) return;
          made = URL.createObjectURL(blob);
          setAddress(made);
        },
        () => {},
      );
    return () => {
      abort.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [path]);
  return <img src={address} alt={alt} width={width} height={height} loading="lazy" />;
}
