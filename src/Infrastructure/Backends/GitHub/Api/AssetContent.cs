namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>How the bytes of an asset are got. GitHub chooses; both have to be expected.</summary>
internal abstract record AssetContent : IDisposable
{
    private AssetContent()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>They lie elsewhere.</summary>
    /// <param name="Location">
    /// Absolute and signed: it opens the file to anybody for some minutes, so it is neither logged nor kept long; and it is asked without a token.
    /// </param>
    public sealed record Redirect(Uri Location) : AssetContent
    {
        public override void Dispose()
        {
        }

        public override string ToString() => nameof(Redirect);
    }

    /// <summary>They follow at once.</summary>
    /// <param name="Response">200, its body not read yet.</param>
    public sealed record Direct(HttpResponseMessage Response) : AssetContent
    {
        public override void Dispose() => Response.Dispose();

        public override string ToString() => nameof(Direct);
    }
}
