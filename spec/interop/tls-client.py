# A client of python's ssl: over HTTP/2 by h2 an upload that is echoed, over HTTP/1.1 by http.client an upload.
import hashlib, http.client, socket, ssl, sys
import h2.config, h2.connection, h2.events

port, ca, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
whole = open(path, 'rb').read()
data = whole[:1024 * 1024]
context = ssl.create_default_context(cafile=ca)
context.set_alpn_protocols(['h2'])
wire = context.wrap_socket(socket.create_connection(('localhost', port)), server_hostname='localhost')
assert wire.selected_alpn_protocol() == 'h2'
conn = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=True))
conn.initiate_connection()
head = [(':method', 'POST'), (':scheme', 'https'), (':authority', 'localhost'), (':path', '/echo')]
conn.send_headers(1, head)
at, got, done = 0, hashlib.sha256(), False
while not done:
    while at < len(data):
        n = min(conn.local_flow_control_window(1), conn.max_outbound_frame_size, len(data) - at)
        if n <= 0:
            break
        conn.send_data(1, data[at:at + n], end_stream=at + n == len(data))
        at += n
    wire.sendall(conn.data_to_send())
    received = wire.recv(65536)
    if not received:
        break
    for event in conn.receive_data(received):
        if isinstance(event, h2.events.DataReceived):
            got.update(event.data)
            conn.acknowledge_received_data(event.flow_controlled_length, 1)
        if isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated)):
            done = True
wire.sendall(conn.data_to_send())
wire.close()
print('h2', got.hexdigest())

context = ssl.create_default_context(cafile=ca)
older = http.client.HTTPSConnection('localhost', port, context=context)
older.request('POST', '/sha', body=whole)
print('http/1.1', older.getresponse().read().decode())
