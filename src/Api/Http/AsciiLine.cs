namespace PyWharf.Api.Http;

/// <summary>Makes a message that may quote input safe for a header and a terminal.</summary>
internal static class AsciiLine
{
    /// <summary>Replaces everything but printable ASCII by <c>?</c>: a reason phrase may have nothing else (RFC 9112, section 4).</summary>
    public static string Of(string message) =>
        string.Create(message.Length, message, static (line, message) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = message[i] is >= ' ' and <= '~' ? message[i] : '?';
            }
        });
}
