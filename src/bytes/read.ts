/** Big-endian reads of network headers. A DataView read compiles to one load; offsets are checked by the caller's gate. */

export const u16be = (view: DataView, at: number): number => view.getUint16(at);
export const u32be = (view: DataView, at: number): number => view.getUint32(at);
/** The same 32 bits as a signed integer: stays a small integer in V8, so it is the form kept in tables. */
export const i32be = (view: DataView, at: number): number => view.getInt32(at);
