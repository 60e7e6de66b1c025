namespace PyWharf.Application.Upstream;

/// <summary>How clients get the files of an upstream index.</summary>
public enum UpstreamMode
{
    /// <summary>From the upstream index itself: pages have its links.</summary>
    Redirect,

    /// <summary>From this server, which keeps pages and files.</summary>
    Cache,

    /// <summary>Not at all: no upstream index is asked.</summary>
    Off,
}
