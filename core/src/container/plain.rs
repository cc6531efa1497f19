//! `component!`: the door for components that plain shaku derives.

/// Registers a component that was derived with plain `#[derive(shaku::Component)]`.
///
/// shaku tells nobody what such a component asks for, so it is said again: what is not named in
/// `needs` is not checked before the container is built.
///
/// ```
/// # extern crate savia_core as savia;
/// use std::sync::Arc;
///
/// trait Clock: shaku::Interface {}
/// trait Log: shaku::Interface {}
///
/// #[derive(shaku::Component)]
/// #[shaku(interface = Log)]
/// struct FileLog {
///     #[shaku(inject)]
///     clock: Arc<dyn Clock>,
/// }
/// impl Log for FileLog {}
///
/// savia_core::component! { FileLog: dyn Log, needs: [dyn Clock] }
/// ```
#[macro_export]
macro_rules! component {
    ($component:ty : $interface:ty $(, needs: [$($need:ty),* $(,)?])? $(,)?) => {
        const _: () = {
            use $crate::__private as p;
            p::inventory::submit! {
                p::ComponentRegistration {
                    name: || ::std::any::type_name::<$component>(),
                    module_path: ::std::module_path!(),
                    location: p::Location { file: ::std::file!(), line: ::std::line!() },
                    points: || ::std::vec![$($(p::InjectionPoint {
                        name: ::std::stringify!($need),
                        wants: <p::Arc<$need> as p::Inject>::wants(),
                        qualifier: ::std::option::Option::None,
                    }),*)?],
                    bindings: || ::std::vec![p::component_binding::<$interface>(|context| {
                        context.build_component::<$component>()
                    })],
                    conditions: || ::std::vec![],
                    options: p::ComponentOptions {
                        stereotype: p::Stereotype::Service,
                        primary: false,
                        qualifier: ::std::option::Option::None,
                        order: 0,
                    },
                }
            }
        };
    };
}
