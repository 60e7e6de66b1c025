namespace PyWharf.Application.Ports;

/// <summary>How a client gets a file. A closed union: the edge turns each case into an answer.</summary>
public abstract record Download
{
    private Download()
    {
    }

    /// <summary>The server sends this file of its own disk.</summary>
    /// <param name="Path">Absolute.</param>
    public sealed record LocalFile(string Path) : Download;

    /// <summary>The server sends what it has open, or is still fetching.</summary>
    /// <param name="Body">
    /// All of it, seekable and of known length, to be disposed of. A read waits for what has not arrived; it throws IOException when that can't be had.
    /// </param>
    public sealed record Content(Stream Body) : Download;

    /// <summary>The client fetches it elsewhere, without our credentials.</summary>
    /// <param name="Location">Absolute; may be signed, thus not to be logged.</param>
    public sealed record Redirect(Uri Location) : Download;
}
