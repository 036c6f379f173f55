# A server of python's ssl with h2: one connection after the other; an upload gets its digest, all else the file.
import hashlib, socket, ssl, sys
import h2.config, h2.connection, h2.events

cert, key, path = sys.argv[1:4]
data = open(path, 'rb').read()
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)
context.set_alpn_protocols(['h2'])
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)


def serve(wire):
    conn = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=False))
    conn.initiate_connection()
    digests, bodies = {}, {}
    wire.sendall(conn.data_to_send())
    while True:
        received = wire.recv(65536)
        if not received:
            return
        for event in conn.receive_data(received):
            if isinstance(event, h2.events.RequestReceived):
                digests[event.stream_id] = hashlib.sha256()
                method = dict(event.headers)[b':method']
                bodies[event.stream_id] = None if method == b'POST' else data
            elif isinstance(event, h2.events.DataReceived):
                digests[event.stream_id].update(event.data)
                conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                stream = event.stream_id
                if bodies[stream] is None:
                    bodies[stream] = digests[stream].hexdigest().encode()
                conn.send_headers(stream, [(':status', '200')])
        for stream, rest in list(bodies.items()):
            if rest is None or conn.streams[stream].state_machine.headers_sent is None:
                continue
            while rest:
                n = min(conn.local_flow_control_window(stream), conn.max_outbound_frame_size, len(rest))
                if n <= 0:
                    break
                conn.send_data(stream, rest[:n])
                rest = rest[n:]
            bodies[stream] = rest
            if not rest:
                conn.send_headers(stream, [('x-t', 'yes')], end_stream=True)
                del bodies[stream]
        wire.sendall(conn.data_to_send())


while True:
    plain, _ = listener.accept()
    try:
        serve(context.wrap_socket(plain, server_side=True))
    except (OSError, h2.exceptions.ProtocolError) as error:
        print(error, file=sys.stderr)
