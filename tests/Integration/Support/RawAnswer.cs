using System.Globalization;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>All that a server sent before it closed the connection.</summary>
/// <param name="Bytes">Head and body as they came; empty where it closed without a word.</param>
internal sealed record RawAnswer(byte[] Bytes)
{
    /// <summary>The status code, 0 where there is no answer.</summary>
    public int Status => Head.Length < 12 ? 0 : int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>Status line and header fields.</summary>
    public string Head => Encoding.Latin1.GetString(Bytes, 0, HeadLength);

    /// <summary>What follows the head, chunks' lengths included.</summary>
    public string Body => Encoding.UTF8.GetString(Bytes, HeadLength, Bytes.Length - HeadLength);

    private int HeadLength => Bytes.AsSpan().IndexOf("\r\n\r\n"u8) is var end and >= 0 ? end + 4 : Bytes.Length;
}
