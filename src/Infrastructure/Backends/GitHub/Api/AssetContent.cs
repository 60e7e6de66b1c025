namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Where the bytes of an asset come from: GitHub redirects to a storage, or sends them itself.</summary>
internal abstract record AssetContent : IDisposable
{
    private AssetContent()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>They are at another URL.</summary>
    /// <param name="Location">
    /// Absolute and signed: whoever has it can read the file for some minutes, so it is not logged, and kept for less. It is fetched without a token.
    /// </param>
    public sealed record Redirect(Uri Location) : AssetContent
    {
        public override void Dispose()
        {
        }

        public override string ToString() => nameof(Redirect);
    }

    /// <summary>They are the body of this response.</summary>
    /// <param name="Response">200, its body not read yet.</param>
    public sealed record Direct(HttpResponseMessage Response) : AssetContent
    {
        public override void Dispose() => Response.Dispose();

        public override string ToString() => nameof(Direct);
    }
}
