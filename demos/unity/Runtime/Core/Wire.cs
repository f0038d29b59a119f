using System;
using System.IO;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace NpcEngine
{
    /// <summary>One WebSocket: whole frames in and out. Knows nothing of what is in them.</summary>
    internal sealed class Wire : IDisposable
    {
        private const int Largest = 1 << 20;
        private const double ConnectSeconds = 10;
        private readonly ClientWebSocket socket = new ClientWebSocket();
        private readonly ArraySegment<byte> buffer = new ArraySegment<byte>(new byte[1 << 16]);
        private readonly MemoryStream whole = new MemoryStream();

        /// <summary>What ended it, once Receive gave null.</summary>
        public string Ended { get; private set; } = "the connection was lost";

        /// <summary>Connect. Throws what Failed knows.</summary>
        public async Task Connect(string url, string subprotocol, CancellationToken stop)
        {
            socket.Options.AddSubProtocol(subprotocol);
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                patience.CancelAfter(TimeSpan.FromSeconds(ConnectSeconds));
                await socket.ConnectAsync(new Uri(url), patience.Token).ConfigureAwait(false);
            }
        }

        /// <summary>Send a frame; from one task at a time. Throws what Failed knows.</summary>
        public Task Send(string text, CancellationToken stop)
        {
            return Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, stop);
        }

        /// <summary>The same for audio.</summary>
        public Task Send(byte[] audio, CancellationToken stop)
        {
            return Send(audio, WebSocketMessageType.Binary, stop);
        }

        /// <summary>The next frame, however many pieces it came in; null at the end.</summary>
        public async Task<Frame> Receive(CancellationToken stop)
        {
            try
            {
                whole.SetLength(0);
                while (true)
                {
                    var piece = await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false);
                    if (piece.MessageType == WebSocketMessageType.Close) return await End(stop).ConfigureAwait(false);
                    whole.Write(buffer.Array, 0, piece.Count);
                    if (whole.Length > Largest) throw new IOException("a frame above " + Largest + " bytes");
                    if (piece.EndOfMessage) return new Frame(piece.MessageType, whole.GetBuffer(), (int)whole.Length);
                }
            }
            catch (Exception problem) when (Failed(problem))
            {
                Ended = "the connection was lost: " + problem.Message;
                return null;
            }
        }

        /// <summary>End it without a word: the server keeps the session for a while.</summary>
        public void Abort()
        {
            socket.Abort();
        }

        public void Dispose()
        {
            socket.Dispose();
            whole.Dispose();
        }

        /// <summary>Whether it is the network's failure, or that of whom we talk to, or we were stopped.</summary>
        public static bool Failed(Exception problem)
        {
            return problem is WebSocketException || problem is IOException || problem is OperationCanceledException
                || problem is ObjectDisposedException || problem is InvalidOperationException
                || problem is System.Net.Sockets.SocketException || problem is System.Net.WebException;
        }

        private Task Send(byte[] bytes, WebSocketMessageType type, CancellationToken stop)
        {
            return socket.SendAsync(new ArraySegment<byte>(bytes), type, true, stop);
        }

        private async Task<Frame> End(CancellationToken stop)
        {
            Ended = (socket.CloseStatusDescription ?? "").TrimEnd('\0');
            // "Going away", since only a normal closure from us would end the session.
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", stop).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>What came over the wire; valid until the next.</summary>
    internal sealed class Frame
    {
        public readonly bool IsText;
        public readonly byte[] Bytes;
        public readonly int Length;

        public Frame(WebSocketMessageType type, byte[] bytes, int length)
        {
            IsText = type == WebSocketMessageType.Text;
            Bytes = bytes;
            Length = length;
        }

        public NpcMessage Read()
        {
            if (!IsText) return new UtteranceAudio(Bytes, Length);
            return NpcMessage.Parse(Encoding.UTF8.GetString(Bytes, 0, Length));
        }
    }
}
