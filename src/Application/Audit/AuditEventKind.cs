namespace PyWharf.Application.Audit;

/// <summary>What an event of the audit log is. Its name in the log is that of <see cref="AuditEventKinds"/>.</summary>
public enum AuditEventKind
{
    /// <summary>A file was published.</summary>
    Publish,

    /// <summary>Files were withdrawn from what installers choose by themselves (PEP 592).</summary>
    Yank,

    /// <summary>That was taken back.</summary>
    Unyank,

    /// <summary>Files were deleted.</summary>
    Delete,

    /// <summary>A project's status marker was set (PEP 792).</summary>
    Status,

    /// <summary>A configuration came over HTTP.</summary>
    Initialize,

    /// <summary>The configuration was read again.</summary>
    Reload,

    /// <summary>A browser session was opened.</summary>
    Login,

    /// <summary>A browser session was closed.</summary>
    Logout,

    /// <summary>Wrong credentials. Those of one address within a minute are one event.</summary>
    LoginFailed,

    /// <summary>A token was made.</summary>
    TokenCreated,

    /// <summary>A token was revoked.</summary>
    TokenRevoked,

    /// <summary>A token was given to a trusted publisher.</summary>
    TokenMinted,

    /// <summary>The server started.</summary>
    ServerStarted,

    /// <summary>The server stopped in good order.</summary>
    ServerStopped,
}
