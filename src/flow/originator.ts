/** Who opened a connection, when the capture did not see its SYN: as Zeek decides (base/init-bare likely_server_ports). */

/** Ports that servers listen on; a packet from one of them to another port came from the responder. */
const serverPorts = new Uint8Array(65_536);
for (const port of [
  21, 22, 23, 25, 53, 67, 69, 80, 81, 88, 110, 111, 123, 135, 139, 143, 161, 162, 179, 389, 443, 445, 465, 502, 514,
  587, 631, 636, 853, 873, 993, 995, 1080, 1194, 1433, 1521, 1812, 1883, 2049, 2152, 2181, 2375, 2404, 3128, 3268, 3306,
  3389, 3478, 4789, 5060, 5061, 5222, 5269, 5355, 5432, 5672, 5900, 5984, 6081, 6379, 6443, 6666, 6667, 6669, 8000,
  8080, 8081, 8443, 8883, 8888, 9000, 9042, 9092, 9200, 9418, 11211, 20000, 27017, 50051,
]) {
  serverPorts[port] = 1;
}

/** True when the sender of a connection's first packet is rather its responder. `ports` is source << 16 | destination. */
export function senderIsResponder(ports: number): boolean {
  return serverPorts[ports >>> 16] === 1 && serverPorts[ports & 0xffff] === 0;
}
