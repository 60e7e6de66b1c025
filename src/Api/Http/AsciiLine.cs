namespace PyWharf.Api.Http;

/// <summary>What a sentence that may repeat something from outside becomes before it is sent.</summary>
internal static class OneLine
{
    /// <summary>A header takes neither line ends nor anything but ASCII (RFC 9112, section 4), and a line of a terminal no control characters.</summary>
    public static string Of(string message) =>
        string.Create(message.Length, message, static (line, message) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = message[i] is >= ' ' and <= '~' ? message[i] : '?';
            }
        });
}
